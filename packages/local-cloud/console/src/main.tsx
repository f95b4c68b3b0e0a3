import { createRoot } from 'react-dom/client';
import '../style/tokens.css';
import '../style/base.css';
import '../style/frame.css';
import '../style/topology.css';
import '../style/request-list.css';
import '../style/detail.css';
import '../style/switchboard.css';
import '../style/narrow.css';
import { App } from './app';

const root = document.getElementById('root');
if (!root) throw new Error('The page has no element #root.');
createRoot(root).render(<App />);
