return Storm.StormCommand.Run(args);
