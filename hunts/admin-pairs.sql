-- title: Administration between hosts never seen before
-- question: Which hosts of ours reached an administration port of another one of ours for the first time in 30 days?
-- requirement: Q4, E4
-- needs: networks
-- window: 1 day
-- lookback: 30 days
-- note: SSH, RPC, NetBIOS, SMB, RDP, WinRM: ports 22, 135, 139, 445, 3389, 5985, 5986.
WITH pairs AS (
  SELECT src, dst, dst_port, time, outcome, bytes_out
  FROM contacts
  WHERE dst_port IN (22, 135, 139, 445, 3389, 5985, 5986) AND protocol = 'tcp'
    AND is_own(src_key) AND is_own(dst_key) AND time >= $baseline AND time < $to
)
SELECT src, dst, dst_port AS port, count(*) AS contacts, count(*) FILTER (outcome = 'established') AS answered,
  sum(bytes_out) AS sent, min(time) AS first, max(time) AS last
FROM pairs
GROUP BY ALL
HAVING min(time) >= $from
ORDER BY answered DESC, first, src, dst, port
