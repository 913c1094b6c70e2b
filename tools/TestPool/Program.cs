return await TestPool.CommandLine.Run(args);
