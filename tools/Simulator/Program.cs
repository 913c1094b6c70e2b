Console.Error.WriteLine("Simulator: not built yet");
return 1;
