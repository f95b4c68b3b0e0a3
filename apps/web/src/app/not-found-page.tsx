import { Link } from '../shared/navigation/link';
import { problemText } from '../shared/strings';
import { Page } from './page';

/** Any path that is no page. */
export function NotFoundPage() {
  return (
    <Page title={problemText.notFoundTitle} lead={problemText.notFoundLead}>
      <Link to="/">{problemText.toHome}</Link>
    </Page>
  );
}
