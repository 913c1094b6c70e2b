Console.Error.WriteLine("Benchmarks: not built yet");
return 1;
