/** Events of CloudFront: event name to its data. */
export interface CloudFrontEvents {}
