-- title: Traffic between two hosts
-- question: What passed between two hosts, record by record?
-- requirement: T1, Q4
-- param a address: one host
-- param b address: the other
SELECT time, kind, record, src, src_port, dst, dst_port, protocol, outcome, packets_out, packets_in, bytes_out, bytes_in, duration,
  flags, reply_flags, signature, query, uri, user_agent, device, rule, action, source, record_offset, record_length
FROM events
WHERE ((src_key = $a_key AND dst_key = $b_key AND src = $a AND dst = $b)
    OR (src_key = $b_key AND dst_key = $a_key AND src = $b AND dst = $a))
  AND time >= $from AND time < $to
ORDER BY time
