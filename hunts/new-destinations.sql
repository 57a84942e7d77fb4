-- title: New outbound destinations
-- question: Which hosts of ours reached an outside destination that they never reached in the 30 days before?
-- requirement: Q4, D9
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- param host network = ::/0: only hosts of this network
-- param bytes number = 0: at least so many bytes sent
-- note: `others` counts further hosts of ours that knew the destination before: where there are many, it is a common service.
WITH outbound AS (
  SELECT src_key, src, dst_key, dst, dst_port, protocol, time, bytes_out, bytes_in
  FROM contacts
  WHERE outcome = 'established' AND is_own(src_key) AND NOT is_own(dst_key) AND time >= $baseline AND time < $to
),
today AS (
  SELECT src_key, dst_key, src, dst, list(DISTINCT dst_port ORDER BY dst_port)[1:5] AS ports, count(*) AS contacts, sum(bytes_out) AS sent,
    sum(bytes_in) AS received, min(time) AS first, max(time) AS last
  FROM outbound
  WHERE time >= $from AND ($host_low = 0 OR src_key BETWEEN $host_low AND $host_high)
  GROUP BY ALL
),
before AS (
  SELECT DISTINCT src, dst
  FROM outbound
  WHERE time < $from AND dst IN (SELECT dst FROM today)
),
known AS (SELECT dst, count(*) AS others FROM before GROUP BY dst)
SELECT src AS host, dst AS destination, ports, contacts, sent, received, coalesce(others, 0) AS others, first, last
FROM today
LEFT JOIN known USING (dst)
WHERE coalesce(sent, 0) >= $bytes AND NOT EXISTS (SELECT 1 FROM before WHERE before.src = today.src AND before.dst = today.dst)
ORDER BY others, coalesce(sent, 0) DESC, host, destination
