export { API_GATEWAY } from './api-gateway';
export { COGNITO } from './cognito';
export { comparable } from './comparable';
export {
  at,
  type Code,
  compute,
  each,
  type Endpoint,
  type Expectation,
  type Facts,
  type WireResponse,
} from './expectation';
