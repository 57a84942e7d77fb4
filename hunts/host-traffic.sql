-- title: Traffic of a host
-- question: With whom did a host speak, on which ports, how often and how much?
-- requirement: T1, C2
-- param host address: the host
-- note: Bytes are those that the host sent and received, whoever began.
SELECT
  CASE WHEN is_source THEN dst ELSE src END AS peer,
  CASE WHEN is_source THEN 'to' ELSE 'from' END AS way,
  protocol, dst_port AS port, kind, outcome,
  count(*) AS events,
  sum(CASE WHEN is_source THEN bytes_out ELSE bytes_in END) AS sent,
  sum(CASE WHEN is_source THEN bytes_in ELSE bytes_out END) AS received,
  min(time) AS first, max(time) AS last
FROM (
  SELECT *, src_key = $host_key AND src = $host AS is_source
  FROM events
  WHERE (src_key = $host_key OR dst_key = $host_key) AND (src = $host OR dst = $host)
    AND time >= $from AND time < $to
)
GROUP BY ALL
ORDER BY coalesce(sent, 0) + coalesce(received, 0) DESC, events DESC, peer, port
