/** A set of ports that is emptied in no time: a port is in when its stamp is the current one. */
export class PortSet {
  size = 0
  private readonly stamps = new Uint32Array(65536)
  private stamp = 0

  clear(): void {
    this.stamp++
    this.size = 0
  }

  has(port: number): boolean {
    return this.stamps[port] === this.stamp
  }

  add(port: number): void {
    if (this.stamps[port] !== this.stamp) this.size++
    this.stamps[port] = this.stamp
  }
}
