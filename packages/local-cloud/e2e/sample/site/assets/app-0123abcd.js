document.title = 'Sample app';
