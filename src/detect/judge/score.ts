/**
 * The statistic: a Shiryaev-Roberts mixture. For each share q of probing among a source's contacts,
 *   S_q <- ln(1 + e^S_q) + ln(q r + 1 - q)
 * where r is the likelihood ratio of the contact, and the score is M = ln(1 + mean of e^S_q), plus bonuses.
 * It forgets nothing it needs, has no window, and benign credit does not accumulate: after a thousand good contacts a
 * scan is found as fast as after none. Source: Shiryaev 1963, Roberts 1966; Pollak 1985 for the mixture.
 *
 * hot: no allocation per event.
 */
export const shares = [0.9, 0.5, 0.2, 0.07] as const

const memo = new Map<number, Float64Array>()

/** ln(q r + 1 - q) for each share, remembered: there are few ratios. */
function logs(ratio: number): Float64Array {
  let row = memo.get(ratio)
  if (row === undefined) {
    row = Float64Array.from(shares, (q) => Math.log(q * ratio + 1 - q))
    if (memo.size < 256) memo.set(ratio, row)
  }
  return row
}

export class Score {
  /** S_q for each share; -Infinity before the first contact. */
  readonly state = new Float64Array(shares.length)
  /** Bonus nats, each kind once per source. */
  bonuses = 0

  constructor() {
    this.reset()
  }

  reset(): void {
    this.state.fill(Number.NEGATIVE_INFINITY)
    this.bonuses = 0
  }

  /** Takes up a contact whose kind is `ratio` times as likely from a scanner. */
  contact(ratio: number): void {
    const gain = logs(ratio)
    for (let q = 0; q < shares.length; q++) {
      const s = this.state[q] as number
      // ln(1 + e^s) without overflow
      const grown = s > 30 ? s : Math.log1p(Math.exp(s))
      this.state[q] = grown + (gain[q] as number)
    }
  }

  bonus(nats: number): void {
    this.bonuses += nats
  }

  /** M = ln(1 + the mean of e^S), plus bonuses, in nats; 0 before the first contact. */
  get total(): number {
    let most = 0
    for (let q = 0; q < shares.length; q++) if ((this.state[q] as number) > most) most = this.state[q] as number
    let sum = 0
    for (let q = 0; q < shares.length; q++) sum += Math.exp((this.state[q] as number) - most)
    return most + Math.log(Math.exp(-most) + sum / shares.length) + this.bonuses
  }
}
