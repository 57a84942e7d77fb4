-- title: Outbound volume against a host's own baseline
-- question: Which hosts of ours sent much more to the outside than on their days before?
-- requirement: Q4, E4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param times number = 3: so many times its usual largest day
-- param bytes number = 1000000: at least so many bytes
-- note: Days are those of UTC; the window's bytes are scaled to a day. A host without earlier days is listed as such: its `usual` is null. IPv6 hosts of one /64 have one baseline.
WITH before AS (
  SELECT CASE WHEN own_source THEN src_key ELSE dst_key END AS host_key, time::DATE AS bucket,
    sum(CASE WHEN own_source THEN bytes_out ELSE bytes_in END) AS bytes
  FROM (SELECT src_key, dst_key, time, bytes_out, bytes_in, is_own(src_key) AS own_source, is_own(dst_key) AS own_target FROM events
    WHERE time >= $baseline AND time < $from)
  WHERE own_source <> own_target
  GROUP BY ALL
),
usual AS (
  SELECT host_key, count(*) AS days, max(bytes) AS most, median(bytes) AS middle
  FROM before
  GROUP BY host_key
),
sent AS (
  SELECT CASE WHEN own_source THEN src_key ELSE dst_key END AS host_key, CASE WHEN own_source THEN src ELSE dst END AS host,
    CASE WHEN own_source THEN dst ELSE src END AS peer, sum(CASE WHEN own_source THEN bytes_out ELSE bytes_in END) AS bytes
  FROM (SELECT src_key, src, dst_key, dst, bytes_out, bytes_in, is_own(src_key) AS own_source, is_own(dst_key) AS own_target FROM events
    WHERE time >= $from AND time < $to)
  WHERE own_source <> own_target
  GROUP BY ALL
),
today AS (SELECT host_key, host, sum(bytes) AS bytes, arg_max(peer, bytes) AS largest_peer FROM sent GROUP BY host_key, host)
SELECT host, bytes AS sent, largest_peer, middle AS usual, most AS largest_day, coalesce(days, 0) AS days, round(bytes / nullif(most, 0), 1) AS ratio
FROM today
LEFT JOIN usual USING (host_key)
WHERE bytes >= $bytes AND bytes > $times * coalesce(most, 0) * greatest(1, epoch($to - $from) / 86400)
ORDER BY bytes DESC, host
