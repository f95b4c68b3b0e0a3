/** Events of ApiGateway: event name to its data. */
export interface ApiGatewayEvents {}
