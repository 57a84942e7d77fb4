/**
 * Names that enumeration tries first: what administrators commonly call hosts. Names that machines ask for by themselves
 * (wpad, isatap, autodiscover, autoconfig) are left out: every client asks for them.
 */
export const hostLabels = (
  'access accounts ad admin administrator alpha api app apps archive assets auth backend backup beta billing blog board ' +
  'bugs build cache calendar cdn chat ci citrix client cloud cms code conference confluence connect console control corp ' +
  'cpanel crm dashboard data database db dc demo dev develop development direct dns docker docs domain download downloads ' +
  'edge elastic email erp events exchange external extranet feeds file files firewall forum forums ftp gallery gateway ' +
  'git gitlab grafana gw help helpdesk home host hosting hr id images imap img info internal internet intra intranet ' +
  'invoice jenkins jira kafka kibana lab ldap legacy lists local log login logs mail mailhost manage mdm media members ' +
  'mobile monitor monitoring mssql mta mx my mysql nagios nas net netscaler new news noc node ns ntp office old oracle ' +
  'owa panel partner partners pay payment phone photos phpmyadmin pop portal postgres preview print private prod ' +
  'production project projects proxy public puppet qa radius rdp redis redmine register registry relay remote reports ' +
  'repo root router rtr sales sandbox search secure security server service services sftp share sharepoint shop sip ' +
  'site smtp sql ssh ssl sso stage staging start static stats status storage store stream support svn sync syslog team ' +
  'temp test testing tools track training uat update upload vault vc vcenter video vm voip vpn web webapp webconf ' +
  'webdisk webmail webserver whm wiki win wordpress ws www xml zabbix'
).split(' ')
