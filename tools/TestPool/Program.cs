Console.Error.WriteLine("TestPool: not built yet");
return 1;
