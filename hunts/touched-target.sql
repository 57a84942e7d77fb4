-- title: Who touched a target
-- question: Which sources asked for a host of ours, on which ports, and what were they answered?
-- requirement: Q5, T1
-- param host address: the target
-- param port number = 0: only this port; 0 is all
SELECT src, protocol,
  count(DISTINCT dst_port) AS ports, min(dst_port) AS lowest_port, max(dst_port) AS highest_port,
  count(*) FILTER (outcome = 'established') AS answered,
  count(*) FILTER (outcome IN ('refused', 'unanswered', 'blocked')) AS failed,
  count(*) AS contacts, sum(bytes_in) AS bytes_answered, min(time) AS first, max(time) AS last
FROM contacts
WHERE dst_key = $host_key AND (NOT $host_is6 OR dst = $host) AND ($port = 0 OR dst_port = $port) AND time >= $from AND time < $to
GROUP BY src, protocol
ORDER BY answered DESC, contacts DESC, src
