-- title: Traffic between two hosts
-- question: What passed between two hosts, record by record?
-- requirement: T1, Q4
-- param a address: one host
-- param b address: the other
WITH passed AS (
  SELECT * FROM events
  WHERE src_key = $a_key AND dst_key = $b_key AND (NOT $a_is6 OR src = $a) AND (NOT $b_is6 OR dst = $b)
  UNION ALL
  SELECT * FROM events
  WHERE src_key = $b_key AND dst_key = $a_key AND (NOT $b_is6 OR src = $b) AND (NOT $a_is6 OR dst = $a) AND $a <> $b
)
SELECT time, kind, record, src, src_port, dst, dst_port, protocol, outcome, packets_out, packets_in, bytes_out, bytes_in, duration,
  flags, reply_flags, signature, query, uri, user_agent, device, rule, action, source, record_offset, record_length
FROM passed
WHERE time >= $from AND time < $to
ORDER BY time
