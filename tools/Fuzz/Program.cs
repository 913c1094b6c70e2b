return Fuzz.FuzzCommand.Run(args);
