-- title: Who touched a target
-- question: Which sources asked for a host of ours, on which ports, and what were they answered?
-- requirement: Q5, T1
-- param host address: the target
-- param port number = 0: only this port; 0 is all
WITH touches AS (
  SELECT src_key, NULL AS src, protocol, dst_port, outcome, bytes_in, time
  FROM contacts
  WHERE dst_key = $host_key AND (NOT $host_is6 OR dst = $host) AND (src_key IS NULL OR src_key <= 4294967295)
    AND ($port = 0 OR dst_port = $port) AND time >= $from AND time < $to
  UNION ALL
  SELECT src_key, src, protocol, dst_port, outcome, bytes_in, time
  FROM contacts
  WHERE dst_key = $host_key AND (NOT $host_is6 OR dst = $host) AND src_key > 4294967295
    AND ($port = 0 OR dst_port = $port) AND time >= $from AND time < $to
)
SELECT coalesce(src, ip_text(src_key)) AS src, protocol,
  count(DISTINCT dst_port) AS ports, min(dst_port) AS lowest_port, max(dst_port) AS highest_port,
  count(*) FILTER (outcome = 'established') AS answered,
  count(*) FILTER (outcome IN ('refused', 'unanswered', 'blocked')) AS failed,
  count(*) AS contacts, sum(bytes_in) AS bytes_answered, min(time) AS first, max(time) AS last
FROM touches
GROUP BY src_key, touches.src, protocol
ORDER BY answered DESC, contacts DESC, src
