import { type ComponentType, lazy } from 'react';
import { type Access, ADMIN_GROUP } from '@spa-on-aws/shared-types';
import { adminText } from '../features/admin/text';
import { savedGreetingsText } from '../features/saved-greetings/text';
import { homeText, sessionText } from '../shared/strings';

/** A page in the navigation. */
export interface NavigationPage {
  path: string;
  text: { link: string; title: string; lead: string; signedOutLead?: string };
  /** Users who see the content and the link. This protects nothing: the API checks the access too. */
  access: Access;
  content: ComponentType;
}

const homePage = import('./pages/home-page'); // loads while the configuration and the session load

/** The pages, in the order of the navigation. */
export const pages: readonly NavigationPage[] = [
  { path: '/', text: homeText, access: 'public', content: lazy(() => homePage) },
  {
    path: '/greetings',
    text: savedGreetingsText,
    access: 'signed-in',
    content: lazy(() => import('../features/saved-greetings/saved-greetings-panel')),
  },
  {
    path: '/session',
    text: sessionText,
    access: 'signed-in',
    content: lazy(() => import('../features/session/session-panel')),
  },
  {
    path: '/admin',
    text: adminText,
    access: { group: ADMIN_GROUP },
    content: lazy(() => import('../features/admin/statistics-panel')),
  },
];
