-- title: Hosts contacted by sources
-- question: Which hosts did any of these sources ask for, and which of them answered?
-- requirement: C2, E4
-- param sources addresses: the sources, with commas
SELECT dst AS host, protocol, dst_port AS port,
  count(DISTINCT src) AS sources,
  count(*) FILTER (outcome = 'established') AS answered,
  count(*) AS contacts, sum(bytes_out) AS bytes_asked, sum(bytes_in) AS bytes_answered,
  min(time) AS first, max(time) AS last
FROM contacts
WHERE src_key IN (SELECT unnest($sources_keys)) AND src IN (SELECT unnest($sources)) AND time >= $from AND time < $to
GROUP BY ALL
ORDER BY answered DESC, contacts DESC, host, port
