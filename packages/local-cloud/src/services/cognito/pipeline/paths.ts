/** Paths of the login pages (row CG-LG-05) and the OAuth endpoints. */
export const PATHS = {
  authorize: '/oauth2/authorize',
  token: '/oauth2/token',
  userInfo: '/oauth2/userInfo',
  revoke: '/oauth2/revoke',
  login: '/login',
  logout: '/logout',
  forgotPassword: '/forgotPassword',
  confirmForgotPassword: '/confirmforgotPassword',
  signUp: '/signup',
  confirmSignUp: '/confirm',
  resendCode: '/resendcode',
  error: '/error',
} as const;
