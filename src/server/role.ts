export { mayAct, type Role, roles } from '../account/role.ts'
