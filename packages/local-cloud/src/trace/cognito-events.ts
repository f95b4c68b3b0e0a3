/** Events of Cognito: event name to its data. */
export interface CognitoEvents {}
