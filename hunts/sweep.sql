-- title: Full sweep of touched hosts
-- question: Which of these hosts show signs of compromise since they were touched, which look clean, and of which can it not be known?
-- requirement: C2, E4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param hosts addresses: our hosts that were touched, with commas
-- param bytes number = 1000000: bytes to a new destination that count as a sign
-- note: Each check says what it found and in how many events it could have found it. A host with a sign is suspect. One without is clean only where
-- note: records show connections that it began itself; that it answered tells nothing of what it does, and it cannot be known. Checks that had nothing to look at are listed, with the log that would tell.
WITH touched AS (SELECT unnest($hosts) AS host),
own_events AS MATERIALIZED (
  SELECT time, kind, src, src_key, dst, dst_key, dst_port, protocol, outcome, bytes_out, bytes_in, marks, account, severity, signature, source FROM events
  WHERE src_key IN (SELECT unnest($hosts_keys)) AND src IN (SELECT host FROM touched) AND time >= $baseline AND time < $to
  UNION ALL
  SELECT time, kind, src, src_key, dst, dst_key, dst_port, protocol, outcome, bytes_out, bytes_in, marks, account, severity, signature, source FROM events
  WHERE dst_key IN (SELECT unnest($hosts_keys)) AND dst IN (SELECT host FROM touched) AND (src IS NULL OR src NOT IN (SELECT host FROM touched))
    AND time >= $baseline AND time < $to
),
own_contacts AS (
  SELECT * FROM own_events
  WHERE kind IN ('contact', 'process', 'canary') AND outcome <> 'response' AND NOT contains(coalesce(marks, ''), 'reverse')
),
outbound AS (SELECT src AS host, * FROM own_contacts WHERE list_contains($hosts, src)),
first_peers AS (
  SELECT host, dst, min(time) AS first, sum(bytes_out) FILTER (time >= $from) AS sent, sum(bytes_in) FILTER (time >= $from) AS received
  FROM outbound
  WHERE NOT is_own(dst_key) AND outcome = 'established'
  GROUP BY host, dst
),
found AS (
  SELECT host, 'new-destinations' AS check_id, count(*) AS hits, string_agg(dst || ' (' || coalesce(sent, 0) || ' bytes sent)', ', ' ORDER BY sent DESC) AS what
  FROM first_peers WHERE first >= $from AND sent >= $bytes AND sent > coalesce(received, 0) GROUP BY host
  UNION ALL
  SELECT host, 'admin-pairs', count(DISTINCT dst), string_agg(DISTINCT dst || ':' || dst_port, ', ' ORDER BY dst || ':' || dst_port)
  FROM outbound
  WHERE is_own(dst_key) AND dst_port IN (22, 135, 139, 445, 3389, 5985, 5986) AND time >= $from AND outcome = 'established'
    AND NOT EXISTS (SELECT 1 FROM outbound o WHERE o.host = outbound.host AND o.dst = outbound.dst AND o.dst_port = outbound.dst_port AND o.time < $from)
  GROUP BY host
  UNION ALL
  SELECT host, 'inside-scanners', targets, targets || ' addresses of ours asked for within an hour, ' || failed || ' of ' || contacts || ' contacts failed'
  FROM (
    SELECT host, date_trunc('hour', time) AS hour, count(DISTINCT dst) AS targets, count(*) AS contacts,
      count(*) FILTER (outcome IN ('refused', 'unanswered', 'blocked')) AS failed
    FROM outbound WHERE is_own(dst_key) AND time >= $from GROUP BY ALL
  )
  WHERE targets >= 15 AND failed >= 0.6 * contacts
  QUALIFY row_number() OVER (PARTITION BY host ORDER BY targets DESC, hour) = 1
  UNION ALL
  SELECT dst, 'login-after-failures', count(*), string_agg(DISTINCT src || ' as ' || coalesce(account, '?'), ', ')
  FROM (
    SELECT src, dst, account, time, outcome, count(*) FILTER (outcome = 'refused') OVER (PARTITION BY src, dst ORDER BY time) AS failures
    FROM own_events WHERE kind = 'auth' AND time >= $from
  )
  WHERE outcome = 'established' AND failures >= 5 GROUP BY dst
  UNION ALL
  SELECT CASE WHEN list_contains($hosts, dst) THEN dst ELSE src END, 'exploit-alerts', count(*), string_agg(DISTINCT signature, ', ' ORDER BY signature)
  FROM own_events WHERE kind = 'alert' AND coalesce(severity, 0) >= 3 AND time >= $from GROUP BY 1
  UNION ALL
  SELECT host, 'long-flows', count(*), string_agg(dst || ' in ' || hours || ' hours', ', ')
  FROM (
    SELECT host, dst, count(DISTINCT date_trunc('hour', time)) AS hours, sum(bytes_out) AS sent, sum(bytes_in) AS received
    FROM outbound WHERE NOT is_own(dst_key) AND time >= $from GROUP BY host, dst
  )
  WHERE hours >= 8 AND sent >= $bytes AND sent > coalesce(received, 0) GROUP BY host
),
seen AS (
  SELECT host,
    count(*) FILTER (kind = 'contact' AND time >= $from) AS contacts,
    -- An answer whose question was not seen is no connection of its own; a question for a neighbour (ARP) tells of none.
    count(*) FILTER (
      kind IN ('contact', 'process') AND src = host AND time >= $from AND outcome <> 'response' AND protocol <> 'arp'
        AND NOT contains(coalesce(marks, ''), 'reverse')
    ) AS begun,
    count(*) FILTER (kind = 'contact' AND time < $from) AS before,
    count(*) FILTER (kind = 'auth' AND dst = host) AS logins,
    count(*) FILTER (kind = 'alert') AS alerts
  FROM touched LEFT JOIN own_events ON src = host OR dst = host
  GROUP BY host
),
sensors AS (SELECT count(*) FILTER (kind = 'alert') AS alerts, count(*) FILTER (kind = 'auth') AS logins FROM events WHERE time >= $baseline AND time < $to)
SELECT host,
  CASE WHEN count(check_id) > 0 THEN 'suspect' WHEN any_value(begun) > 0 THEN 'clean' ELSE 'cannot be known' END AS state,
  string_agg(check_id || ': ' || left(what, 300), '; ' ORDER BY check_id) AS because,
  any_value(seen.contacts) AS contacts, any_value(begun) AS begun_by_host,
  list_filter([
    CASE WHEN any_value(begun) > 0 THEN 'new-destinations' END, CASE WHEN any_value(begun) > 0 THEN 'admin-pairs' END,
    CASE WHEN any_value(begun) > 0 THEN 'inside-scanners' END, CASE WHEN any_value(begun) > 0 THEN 'long-flows' END,
    CASE WHEN any_value(sensors.alerts) > 0 THEN 'exploit-alerts' END, CASE WHEN any_value(seen.logins) > 0 THEN 'login-after-failures' END
  ], lambda each: each IS NOT NULL) AS looked,
  list_filter([
    CASE WHEN any_value(begun) = 0 THEN 'traffic of the host itself (NetFlow, Zeek, a capture behind the firewall)' END,
    CASE WHEN any_value(before) = 0 THEN 'events of the host from before, to compare with' END,
    CASE WHEN any_value(sensors.alerts) = 0 THEN 'alerts of an IDS' END,
    CASE WHEN any_value(seen.logins) = 0 THEN 'login records that tell the host by its address' END
  ], lambda each: each IS NOT NULL) AS would_tell
FROM seen CROSS JOIN sensors LEFT JOIN found USING (host)
GROUP BY host
ORDER BY CASE state WHEN 'suspect' THEN 0 WHEN 'cannot be known' THEN 1 ELSE 2 END, host
