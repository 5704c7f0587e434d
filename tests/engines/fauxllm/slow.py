raise ImportError("this module lacks something")
