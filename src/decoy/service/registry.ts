import ftp from './ftp.ts'
import http from './http.ts'
import https from './https.ts'
import mysql from './mysql.ts'
import rdp from './rdp.ts'
import redis from './redis.ts'
import type { Service } from './service.ts'
import sip from './sip.ts'
import smb from './smb.ts'
import ssh from './ssh.ts'
import telnet from './telnet.ts'
import vnc from './vnc.ts'

export const services: readonly Service[] = [ssh, telnet, ftp, http, https, smb, rdp, mysql, redis, vnc, sip]
