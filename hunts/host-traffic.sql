-- title: Traffic of a host
-- question: With whom did a host speak, on which ports, how often and how much?
-- requirement: T1, C2
-- param host address: the host
-- note: Bytes are those that the host sent and received, whoever began. Texts of IPv4 peers are made from their keys, for they take longest to read.
WITH own_side AS (
  SELECT 'to' AS way, dst_key AS peer_key, NULL AS peer, protocol, dst_port, kind, outcome, bytes_out AS sent, bytes_in AS received, time
  FROM events
  WHERE src_key = $host_key AND (dst_key IS NULL OR dst_key <= 4294967295) AND (NOT $host_is6 OR src = $host) AND time >= $from AND time < $to
  UNION ALL
  SELECT 'to' AS way, dst_key AS peer_key, dst AS peer, protocol, dst_port, kind, outcome, bytes_out AS sent, bytes_in AS received, time
  FROM events
  WHERE src_key = $host_key AND dst_key > 4294967295 AND (NOT $host_is6 OR src = $host) AND time >= $from AND time < $to
  UNION ALL
  SELECT 'from' AS way, src_key AS peer_key, NULL AS peer, protocol, dst_port, kind, outcome, bytes_in AS sent, bytes_out AS received, time
  FROM events
  WHERE dst_key = $host_key AND (src_key IS NULL OR src_key <= 4294967295) AND (NOT $host_is6 OR dst = $host) AND time >= $from AND time < $to
    AND (src_key IS DISTINCT FROM $host_key OR ($host_is6 AND src <> $host))
  UNION ALL
  SELECT 'from' AS way, src_key AS peer_key, src AS peer, protocol, dst_port, kind, outcome, bytes_in AS sent, bytes_out AS received, time
  FROM events
  WHERE dst_key = $host_key AND src_key > 4294967295 AND (NOT $host_is6 OR dst = $host) AND time >= $from AND time < $to
    AND (src_key IS DISTINCT FROM $host_key OR ($host_is6 AND src <> $host))
)
SELECT coalesce(peer, ip_text(peer_key)) AS peer, way, protocol, dst_port AS port, kind, outcome, count(*) AS events,
  sum(sent) AS sent, sum(received) AS received, min(time) AS first, max(time) AS last
FROM own_side
GROUP BY peer_key, own_side.peer, way, protocol, dst_port, kind, outcome
ORDER BY coalesce(sum(sent), 0) + coalesce(sum(received), 0) DESC, events DESC, peer, port
