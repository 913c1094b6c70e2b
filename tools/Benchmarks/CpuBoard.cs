using System.Buffers.Binary;
using System.Diagnostics;
using Drivers;
using Drivers.Hashing;
using Drivers.Hashing.Cpu;

namespace Benchmarks;

/// <summary>A board of one thread that never rests: the product's chain and port, and no miner around them.</summary>
internal static class CpuBoard
{
    private const byte Progress = (byte)'P'; // See Drivers.Hashing.Cpu.CpuFrames.
    private const int AnswerSize = 16;
    private const int HashesOffset = 4;

    private static readonly CpuConfig Config = new(Threads: 1, Nice: 0);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(6);

    /// <summary>The whole process's time for a hash.</summary>
    public static double Nanoseconds()
    {
        var file = Path.GetTempFileName();
        using var port = CpuPort.Open(Config, file, reportedZeroBits: 32);
        try
        {
            return Nanoseconds(port);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>From the thread's first word to its last.</summary>
    private static double Nanoseconds(CpuPort port)
    {
        var chain = new CpuChain(Config, NonceScan.MeasureRate()) { WantedClock = CpuConfig.FullDuty };
        var (hashes, spent, from) = (0L, 0.0, (double?)null);
        var buffer = new byte[256 * AnswerSize];
        var begun = Stopwatch.GetTimestamp();
        chain.Start(TimeSpan.Zero);
        port.TryWrite(Job(chain));
        for (TimeSpan now; (now = Stopwatch.GetElapsedTime(begun)) < Measured;)
        {
            port.TryWrite(chain.Step(now).Send);
            Wait(port);
            for (var rest = buffer.AsSpan(0, port.Read(buffer)); !rest.IsEmpty; rest = rest[AnswerSize..])
            {
                if (rest[0] == Progress)
                {
                    var used = CpuTime.OfProcess();
                    hashes += from is null ? 0 : BinaryPrimitives.ReadInt64LittleEndian(rest[HashesOffset..]);
                    from ??= used;
                    spent = used - from.Value;
                }
            }
        }

        return hashes > 0 ? spent / hashes : throw new InvalidOperationException("The CPU board hashed nothing.");
    }

    private static byte[] Job(CpuChain chain)
    {
        var frame = new byte[chain.JobFrameSize];
        chain.Encode(slot: 0, new Work(new BlockHeader { NTime = 1_700_000_000 }, VersionMask: 0x1FFF_E000), frame);
        return frame;
    }

    private static unsafe void Wait(CpuPort port)
    {
        var entry = new Linux.PollEntry { Descriptor = port.Descriptor, Wanted = Linux.PollIn };
        _ = Linux.Poll(&entry, 1, CpuChain.WordEvery);
    }
}
