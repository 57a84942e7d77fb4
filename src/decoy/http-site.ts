import type { Persona } from './persona.ts'

export interface Page {
  readonly status: number
  readonly headers?: readonly string[]
  readonly body: string
}

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  405: 'Method Not Allowed',
}

/** Paths behind which a person would expect to be asked who they are. */
const guarded =
  /^\/(?:admin|manager|phpmyadmin|pma|server-status|status|private|intranet|console|backup|config|api)(?:[/?.]|$)/i
const loginPaths = /^\/(?:login|signin|wp-login\.php|auth|user\/login)(?:[/?.]|$)/i

export function reasonOf(status: number): string {
  return reasons[status] ?? 'OK'
}

/** What stands at an address: its first page asks for an account in one of two ways, drawn for each; most other paths are not there. */
export function pageAt(persona: Persona, method: string, uri: string): Page {
  const path = uri.replace(/^https?:\/\/[^/]*/i, '').replace(/[?#].*$/s, '') || '/'
  if (!/^(?:GET|HEAD|POST)$/.test(method)) return refused(persona, method)
  const isFirst = path === '/' || /^\/index\.\w{3,5}$/.test(path)
  const isAsking = persona.draw.one('front page', [true, false])
  if ((isFirst && isAsking) || guarded.test(path)) return asking(persona)
  if (isFirst || loginPaths.test(path)) return { status: 200, body: loginForm(persona) }
  return errorPage(persona, 404, path)
}

/** Basic authentication (RFC 7617), which hands over what was typed. */
function asking(persona: Persona): Page {
  const realm = persona.draw.one('realm', [
    'Restricted',
    'Restricted Area',
    'Login required',
    persona.hostName,
    'Private',
  ])
  return { ...errorPage(persona, 401), headers: [`WWW-Authenticate: Basic realm="${realm}"`] }
}

function refused(persona: Persona, method: string): Page {
  const isApache = persona.software.http.startsWith('Apache')
  const allow = isApache ? 'GET,POST,OPTIONS,HEAD' : 'GET, HEAD, OPTIONS, TRACE, POST'
  if (method === 'OPTIONS' && !persona.software.http.startsWith('nginx')) {
    return { status: 200, headers: [`Allow: ${allow}`], body: '' }
  }
  return { ...errorPage(persona, 405), ...(isApache && { headers: [`Allow: ${allow}`] }) }
}

function loginForm({ draw, hostName }: Persona): string {
  const title = draw.one('title', ['Login', 'Sign in', `${hostName} - Login`, 'Control Panel', 'Webmail', 'Intranet'])
  const [user, password] = draw.one('form', [
    ['username', 'password'],
    ['user', 'pass'],
    ['login', 'password'],
  ] as const)
  return `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
<form method="post" action="/login">
<p><label>User <input name="${user}" autocomplete="username"></label></p>
<p><label>Password <input name="${password}" type="password" autocomplete="current-password"></label></p>
<p><button type="submit">${draw.one('button', ['Login', 'Sign in', 'Continue'])}</button></p>
</form>
</body>
</html>
`
}

/** An error in the manner of the server that is claimed. */
export function errorPage({ software: { http }, hostName }: Persona, status: number, path = '/'): Page {
  const reason = reasonOf(status)
  if (http.startsWith('nginx')) {
    const name = status === 401 ? '401 Authorization Required' : `${status} ${reason}`
    const body = `<html>\r\n<head><title>${name}</title></head>\r\n<body>\r\n<center><h1>${name}</h1></center>\r\n<hr><center>${http}</center>\r\n</body>\r\n</html>\r\n`
    return { status, body }
  }
  if (http.startsWith('Apache')) {
    const said: Readonly<Record<number, string>> = {
      400: 'Your browser sent a request that this server could not understand.<br />\n',
      401: 'This server could not verify that you are authorized to access the document requested.',
      404: 'The requested URL was not found on this server.',
      405: `The requested method is not allowed for this URL.`,
    }
    const body = `<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">\n<html><head>\n<title>${status} ${reason}</title>\n</head><body>\n<h1>${reason}</h1>\n<p>${said[status] ?? ''}</p>\n<hr>\n<address>${http} Server at ${hostName} Port 80</address>\n</body></html>\n`
    return { status, body }
  }
  const body = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">\r\n<html><head><title>${status} - ${reason}</title></head>\r\n<body><h1>Server Error</h1><h2>${status} - ${path === '/' ? reason : 'File or directory not found.'}</h2></body></html>\r\n`
  return { status, body }
}
