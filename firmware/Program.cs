Console.Error.WriteLine("sv2fw: not built yet");
return 1;
