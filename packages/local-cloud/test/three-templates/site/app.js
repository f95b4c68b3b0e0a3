document.title = 'three templates';
