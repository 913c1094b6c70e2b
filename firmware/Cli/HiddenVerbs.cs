using System.CommandLine;

using Firmware.Walls;

namespace Firmware.Cli;

/// <summary>Verbs that nobody types: what mine starts, and what the tests ask.</summary>
internal static class HiddenVerbs
{
    public static Command OpenPorts()
    {
        var socket = new Option<int>("--socket") { Description = "The open socket over which mine asks." };
        var command = new Command(PortOpener.Verb, "Opens the chips' serial ports for mine.") { Flags.Boards, socket };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var undisturbed = StopSignal.None(); // It ends when mine has.
            return Enclosed.OpenPorts(Flags.BoardFiles(parsed), parsed.GetValue(socket));
        });
        return command;
    }

    public static Command TryWalls()
    {
        var verb = new Argument<string>("verb");
        var paths = new Option<string[]>("--path") { Description = "Files to try to open." };
        var port = new Option<int>("--port") { Description = "A TCP port of this machine to try to connect to." };
        var boards = new Option<string[]>("--boards") { Description = "mine's board files." };
        var command = new Command("try-walls", "Stands behind the walls of guard, mine or serve, and tries them.")
        {
            verb, paths, port, boards, Flags.State, Flags.Http,
        };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var state = Flags.StateFolder(parsed);
            var walls = parsed.GetValue(verb) switch
            {
                "guard" => Enclosed.Guard(new([], state)).Walls,
                "mine" => Enclosed.Mine(new(parsed.GetValue(boards) ?? [], [], null, state)).Walls,
                "serve" => Enclosed.Serve(new(Flags.HttpAddress(parsed), state)).Walls,
                var other => throw new UsageException($"'{other}' has no walls: guard, mine and serve have."),
            };
            Console.WriteLine($"walls: {walls}");
            foreach (var line in WallTrial.Of(parsed.GetValue(paths) ?? [], parsed.GetValue(port)))
            {
                Console.WriteLine(line);
            }

            return 0;
        });
        return command;
    }
}
