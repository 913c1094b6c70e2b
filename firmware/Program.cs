return Firmware.Cli.Verbs.Invoke(args);
