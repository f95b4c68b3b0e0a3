import { Link } from 'wouter';
import { errorPageText } from '../../shared/strings';
import { Page } from '../layout';

/** Page for unknown paths. */
export default function NotFoundPage() {
  return (
    <Page title={errorPageText.notFoundTitle} lead={errorPageText.notFoundLead}>
      <Link to="/">{errorPageText.toHome}</Link>
    </Page>
  );
}
