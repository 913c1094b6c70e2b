using System.Buffers.Binary;

namespace Drivers.Hashing.Bitfury;

/// <summary>The registers of a chip in the order in which they are set (REFERENCE.md, "Settings").</summary>
internal static class Settings
{
    private const ushort OscillatorAddress = 0x6000;
    private const ushort SwitchAddress = 0x7000;
    private const ushort SwitchStride = 0x20;
    private const ushort CountersAddress = 0x0100;
    private const ushort FirstHashAddress = 0x1000;
    private const ushort FirstHashTailAddress = 0x1400;
    private const ushort SecondHashAddress = 0x1900;

    /// <summary>Number 4 is the slow oscillator, the clock that hashes; the others stay off.</summary>
    private const int SlowClock = 4;

    /// <summary>Of clocks, bypasses and scan chains. Number 5 is written by no driver.</summary>
    private static readonly int[] Switches = [1, 2, 3, SlowClock, 6, 7, 8, 9, 10, 11];

    private static readonly byte[] Counters = [64, 64, 4, 8, 6, 22, 4, 5, 61, 62, 64, 15, 0, 4, 2, 3];

    /// <summary>The words that pad an 80-byte message, and where the nonce goes: as SHA-256 has them.</summary>
    private static readonly uint[] FirstHash =
        [0, 0, 0, 0xFFFF_FFFF, 0x8000_0000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0000_0280];

    private static readonly uint[] SecondHash = [0x8000_0000, 0, 0, 0, 0, 0, 0, 0x0000_0100];

    public static void WriteAll(ref Commands commands, int oscillatorBits)
    {
        WriteOscillator(ref commands, oscillatorBits);
        foreach (var number in Switches)
        {
            WriteSwitch(ref commands, number, on: number == SlowClock);
        }

        commands.Write(CountersAddress, Counters);
        commands.Write(FirstHashAddress, FirstHash);
        commands.Write(FirstHashTailAddress, FirstHash.AsSpan(0, 8));
        commands.Write(SecondHashAddress, SecondHash);
    }

    public static void WriteOscillator(ref Commands commands, int bits)
    {
        Span<byte> thermometer = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(thermometer, Oscillator.Thermometer(bits));
        commands.Write(OscillatorAddress, thermometer);
    }

    /// <summary>Without its clock a chip does nothing, and keeps what it was told.</summary>
    public static void WriteClock(ref Commands commands, bool on) => WriteSwitch(ref commands, SlowClock, on);

    private static void WriteSwitch(ref Commands commands, int number, bool on)
    {
        ReadOnlySpan<byte> data = on ? [0xC1, 0x6A, 0x59, 0xE3] : [0, 0, 0, 0];
        commands.Write((ushort)(SwitchAddress + SwitchStride * number), data);
    }
}
