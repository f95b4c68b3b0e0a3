// Compiles templates in the browser.
import '@angular/compiler';
import { HttpClient, provideHttpClient, withInterceptorsFromDi } from '@angular/common/http';
import { Component, inject, signal } from '@angular/core';
import { bootstrapApplication } from '@angular/platform-browser';
import { type AuthConfig, OAuthService, provideOAuthClient } from 'angular-oauth2-oidc';

const { issuer, clientId, scope } = (await (await fetch('/config.json')).json()) as Required<
  Pick<AuthConfig, 'issuer' | 'clientId' | 'scope'>
>;

const config: AuthConfig = {
  issuer,
  clientId,
  scope,
  responseType: 'code',
  redirectUri: `${location.origin}/callback`,
  // The endpoints of Cognito have the domain of the user pool, which is another host than the issuer's.
  strictDiscoveryDocumentValidation: false,
};

const App = Component({
  selector: 'app-root',
  template: `
    @if (accessToken(); as token) {
      <p>Signed in as {{ username() }}</p>
      <output>{{ token }}</output>
      <button (click)="callApi()">Call API</button>
      <p>{{ answer() }}</p>
      <button (click)="refresh()">Refresh</button>
      <button (click)="logOut()">Log out</button>
    } @else {
      <button (click)="logIn()">Log in</button>
    }
  `,
})(
  class {
    readonly #oauth = inject(OAuthService);
    readonly #http = inject(HttpClient);
    readonly accessToken = signal('');
    readonly username = signal('');
    readonly answer = signal('');

    constructor() {
      this.#oauth.configure(config);
      this.#oauth.events.subscribe(() => {
        this.accessToken.set(this.#oauth.getAccessToken() ?? '');
        this.username.set(String(this.#oauth.getIdentityClaims()?.['cognito:username']));
      });
      void this.#oauth.loadDiscoveryDocumentAndTryLogin();
    }

    logIn(): void {
      this.#oauth.initCodeFlow();
    }

    callApi(): void {
      this.#http
        .get('/api/greeting', { responseType: 'text' })
        .subscribe((answer) => this.answer.set(`Answer: ${answer}`));
    }

    refresh(): void {
      void this.#oauth.refreshToken();
    }

    logOut(): void {
      // Parameters of Cognito's logout endpoint.
      this.#oauth.logOut({ client_id: clientId, logout_uri: `${location.origin}/` });
    }
  },
);

await bootstrapApplication(App, {
  providers: [
    provideHttpClient(withInterceptorsFromDi()),
    provideOAuthClient({ resourceServer: { allowedUrls: ['/api'], sendAccessToken: true } }),
  ],
});
