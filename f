/s / none bind,ro,private,x-robind 0 0
