const plain = 'sweepwatch-session'
/** A browser takes it only over TLS, for this host and every path (RFC 6265bis, 4.1.3.2). */
const secure = `__Host-${plain}`

/** The session's secret that a browser sent. */
export function cookieSecret(header: string | undefined, isSecure: boolean): string | undefined {
  const name = isSecure ? secure : plain
  const found = (header ?? '').split(';').find((pair) => pair.trim().startsWith(`${name}=`))
  return found?.trim().slice(name.length + 1)
}

/** `set-cookie` for a session; with an empty secret the browser forgets it. */
export function sessionCookie(secret: string, isSecure: boolean): string {
  const end = secret === '' ? '; Max-Age=0' : ''
  return `${isSecure ? secure : plain}=${secret}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${end}`
}
