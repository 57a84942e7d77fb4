-- title: Ports first seen open to the outside
-- question: Which services of ours answered somebody outside that never did in the 30 days before?
-- requirement: T4, C3
-- needs: networks
-- window: 1 day
-- lookback: 30 days
SELECT dst AS host, dst_port AS port, protocol, count(*) AS contacts, count(DISTINCT src) AS sources, arg_min(src, time) AS first_source,
  sum(bytes_in) AS answered_bytes, min(time) AS first, max(time) AS last
FROM contacts
WHERE outcome = 'established' AND is_own(dst_key) AND NOT is_own(src_key) AND protocol IN ('tcp', 'udp', 'sctp')
  AND time >= $baseline AND time < $to
GROUP BY ALL
HAVING min(time) >= $from
ORDER BY sources DESC, host, port
