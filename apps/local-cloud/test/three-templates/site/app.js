console.log('three templates');
