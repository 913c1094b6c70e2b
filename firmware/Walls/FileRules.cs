using System.Buffers.Binary;
using Drivers;

namespace Firmware.Walls;

/// <summary>
/// Landlock: what the kernel lets a process open and where TCP may go, as a list of what is allowed. It binds the
/// thread that asks and all that it starts later, also across execve(2), and cannot be taken back.
/// </summary>
internal static class FileRules
{
    /// <summary>From this version of Landlock on (Linux 6.7) it knows of TCP.</summary>
    public const int KnowsTcp = 4;

    /// <summary>From here on (Linux 6.12) it keeps a process from signalling others.</summary>
    public const int KnowsSignals = 6;

    private const int KnowsRefer = 2;
    private const int KnowsTruncate = 3;
    private const int KnowsControls = 5;

    // linux/landlock.h
    private const ulong WriteFile = 1 << 1;
    private const ulong ReadFile = 1 << 2;
    private const ulong ReadFolder = 1 << 3;
    private const ulong ChangeFolder = 0x1FF0; // Removing and making of everything that a folder can hold.
    private const ulong Refer = 1 << 13;
    private const ulong Truncate = 1 << 14;
    private const ulong Controls = 1 << 15;
    private const ulong ForFolders = ReadFolder | ChangeFolder | Refer;
    private const ulong BindTcp = 1 << 0;
    private const ulong ConnectTcp = 1 << 1;
    private const ulong Signals = 1 << 1;

    private const int RuleOfPath = 1;
    private const int RuleOfPort = 2;
    private const int AskVersion = 1;
    private const int PathRuleBytes = 12;
    private const int PortRuleBytes = 16;

    /// <summary>Landlock's version in this kernel; 0 where it has none or does not use it.</summary>
    public static int Version() => (int)Math.Max(0, Kernel.Call(SystemCalls.CreateRuleset, 0, 0, AskVersion, 0));

    /// <summary>Needs no_new_privs. False where the kernel refuses; nothing is bound then.</summary>
    public static bool TryPutUp(Wall wall, int version)
    {
        var files = Rights(wall, version);
        var network = version >= KnowsTcp ? (wall.Connects ? 0 : ConnectTcp) | BindTcp : 0;
        var ruleset = Create(files, network, version);
        if (ruleset < 0)
        {
            return false;
        }

        try
        {
            var reading = ReadFile | ReadFolder;
            return (wall.Reads ?? []).All(path => TryAllow(ruleset, path, reading & files))
                && wall.Writes.All(path => TryAllow(ruleset, path, files))
                && (network == 0 || wall.Listens is not { } port || TryListen(ruleset, port))
                && Kernel.Call(SystemCalls.RestrictSelf, ruleset, 0, 0, 0) == 0;
        }
        finally
        {
            _ = Linux.Close((int)ruleset);
        }
    }

    /// <summary>Everything that is forbidden unless a rule allows it.</summary>
    private static ulong Rights(Wall wall, int version)
    {
        var rights = WriteFile | ChangeFolder;
        rights |= wall.Reads is null ? 0 : ReadFile | ReadFolder;
        rights |= version >= KnowsRefer ? Refer : 0;
        rights |= version >= KnowsTruncate ? Truncate : 0;
        return rights | (version >= KnowsControls ? Controls : 0);
    }

    private static unsafe nint Create(ulong files, ulong network, int version)
    {
        // struct landlock_ruleset_attr, as much of it as this version knows.
        Span<byte> attributes = stackalloc byte[version >= KnowsSignals ? 24 : version >= KnowsTcp ? 16 : 8];
        attributes.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(attributes, files);
        if (version >= KnowsTcp)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(attributes[8..], network);
        }

        if (version >= KnowsSignals)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(attributes[16..], Signals);
        }

        fixed (byte* start = attributes)
        {
            return Kernel.Call(SystemCalls.CreateRuleset, (nint)start, attributes.Length, 0, 0);
        }
    }

    /// <summary>What is not there cannot be allowed, and need not be. A file has no rights of folders.</summary>
    private static unsafe bool TryAllow(nint ruleset, string path, ulong rights)
    {
        var opened = Linux.Open(path, Kernel.PathOnly | Linux.CloseOnExec);
        if (opened < 0)
        {
            return true;
        }

        Span<byte> rule = stackalloc byte[PathRuleBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(rule, Directory.Exists(path) ? rights : rights & ~ForFolders);
        BinaryPrimitives.WriteInt32LittleEndian(rule[8..], opened);
        fixed (byte* start = rule)
        {
            var added = Kernel.Call(SystemCalls.AddRule, ruleset, RuleOfPath, (nint)start, 0) == 0;
            _ = Linux.Close(opened);
            return added;
        }
    }

    private static unsafe bool TryListen(nint ruleset, int port)
    {
        Span<byte> rule = stackalloc byte[PortRuleBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(rule, BindTcp);
        BinaryPrimitives.WriteUInt64LittleEndian(rule[8..], (ulong)port);
        fixed (byte* start = rule)
        {
            return Kernel.Call(SystemCalls.AddRule, ruleset, RuleOfPort, (nint)start, 0) == 0;
        }
    }
}
