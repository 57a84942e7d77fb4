/** Events in which one end asked something of another: no answers, which are told with what they answer where that was seen. */
export const contactsView = `CREATE VIEW contacts AS
  SELECT * FROM events
  WHERE kind IN ('contact', 'process', 'canary') AND outcome <> 'response' AND NOT contains(coalesce(marks, ''), 'reverse')`

/**
 * SQL: whether a contact was answered. Of one whose beginning nobody saw (midstream), the outcome is not known, but packets both ways are an answer.
 */
export const isAnswered =
  "(outcome = 'established' OR (outcome = 'unknown' AND coalesce(packets_out, 0) > 0 AND coalesce(packets_in, 0) > 0))"

const groups = `CASE WHEN contains(a, '::')
    THEN list_concat(list_concat(left_groups(a), list_transform(range(8 - len(left_groups(a)) - len(right_groups(a))), lambda i: '0')), right_groups(a))
    ELSE string_split(a, ':') END`

/** Functions for those who write SQL, so that a network can be asked for as it is written. All of them are computed once a query. */
export const macros: readonly string[] = [
  `left_groups(a) AS list_filter(string_split(split_part(a, '::', 1), ':'), lambda g: g <> '')`,
  `right_groups(a) AS list_filter(string_split(split_part(a, '::', 2), ':'), lambda g: g <> '')`,
  `ip6_group(a, n) AS ('0x' || (${groups})[n])::UBIGINT`,
  `ip(a) AS CASE WHEN contains(a, ':')
    THEN (ip6_group(a, 1) << 48) | (ip6_group(a, 2) << 32) | (ip6_group(a, 3) << 16) | ip6_group(a, 4)
    ELSE (split_part(a, '.', 1)::UTINYINT::UBIGINT << 24) | (split_part(a, '.', 2)::UTINYINT::UBIGINT << 16)
       | (split_part(a, '.', 3)::UTINYINT::UBIGINT << 8) | split_part(a, '.', 4)::UTINYINT::UBIGINT END`,
  `ip_text(key) AS CASE WHEN key <= 4294967295
    THEN (key >> 24) || '.' || ((key >> 16) & 255) || '.' || ((key >> 8) & 255) || '.' || (key & 255) END`,
  `key_bits(n) AS CASE WHEN contains(n, ':') THEN greatest(0, 64 - split_part(n, '/', 2)::INTEGER) ELSE 32 - split_part(n, '/', 2)::INTEGER END`,
  `net_low(n) AS (ip(split_part(n, '/', 1)) >> key_bits(n)) << key_bits(n)`,
  `net_high(n) AS net_low(n) + ((1::HUGEINT << key_bits(n)) - 1)::UBIGINT`,
  `in_net(key, n) AS key BETWEEN net_low(n) AND net_high(n)`,
]
