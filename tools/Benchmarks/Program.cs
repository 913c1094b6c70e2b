return Benchmarks.BenchCommand.Run(args);
