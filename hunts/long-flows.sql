-- title: Long transfers at a low rate
-- question: Which hosts of ours sent data to one outside destination hour after hour, a little at a time?
-- requirement: Q4, E4
-- needs: networks
-- param hours number = 8: in at least so many hours
-- param bytes number = 1000000: at least so many bytes in all
-- param hourly number = 50000000: at most so many in any hour
-- note: `steadiness` is the average hour's share of the largest: near 1 a machine does it.
WITH outbound AS (
  SELECT src_key, src, dst_key, dst, dst_port, protocol, time, bytes_out, bytes_in
  FROM contacts
  WHERE is_own(src_key) AND NOT is_own(dst_key) AND bytes_out > 0 AND time >= $from AND time < $to
),
large AS (
  SELECT src_key, dst_key
  FROM outbound
  GROUP BY ALL
  HAVING sum(bytes_out) >= $bytes AND epoch(max(time) - min(time)) >= ($hours - 2) * 3600
),
hourly AS (
  SELECT src, dst, dst_port, protocol, date_trunc('hour', time) AS hour, sum(bytes_out) AS sent, sum(bytes_in) AS received,
    min(time) AS first, max(time) AS last
  FROM outbound
  SEMI JOIN large USING (src_key, dst_key)
  GROUP BY ALL
)
SELECT src AS host, dst AS destination, dst_port AS port, protocol, count(*) AS hours, sum(sent) AS sent, sum(received) AS received,
  max(sent) AS largest_hour, round(avg(sent) / max(sent), 2) AS steadiness, min(first) AS first, max(last) AS last
FROM hourly
GROUP BY src, dst, dst_port, protocol
HAVING count(*) >= $hours AND sum(sent) >= $bytes AND max(sent) <= $hourly AND sum(sent) > coalesce(sum(received), 0)
ORDER BY sum(sent) DESC, host, destination
