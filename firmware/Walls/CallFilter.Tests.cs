namespace Firmware.Walls;

/// <summary>The filter as the kernel would run it, on both processors, call by call.</summary>
public class CallFilterTests
{
    private const uint Allow = CallFilter.Allow;
    private const uint NotPermitted = CallFilter.Refuse | CallFilter.EPERM;
    private const uint NoFamily = CallFilter.Refuse | CallFilter.EAFNOSUPPORT;
    private const uint NoProtocol = CallFilter.Refuse | CallFilter.EPROTONOSUPPORT;

    private const uint NonBlockingStream = 1 | 0x800 | 0x8_0000;

    private static readonly Wall Guard = GuardWall.Of("/state");
    private static readonly Wall Mine = MineWall.Of("/state", [], []);
    private static readonly Wall MineOnSpi = MineWall.Of("/state", [], ["/dev/spidev0.0"]);
    private static readonly Wall Serve = ServeWall.Of("/state", 8080);

    private static readonly SystemCalls[] Processors = [SystemCalls.X64, SystemCalls.Arm64];

    [Fact]
    public void GuardMakesUnixSocketsAndNoOthers()
    {
        AssertSocket(Allow, Guard, family: 1, NonBlockingStream, 0);
        for (uint family = 0; family < 48; family++)
        {
            AssertSocket(family == 1 ? Allow : NoFamily, Guard, family, 1, 0);
        }
    }

    [Fact]
    public void GuardIsNotHandedASocketEither() => Each(calls =>
    {
        Assert.Equal(NotPermitted, Judge(Guard, calls, calls.ReceiveMessage));
        Assert.Equal(NotPermitted, Judge(Guard, calls, calls.ReceiveMessages));
        Assert.Equal(Allow, Judge(Mine, calls, calls.ReceiveMessage));
    });

    [Theory]
    [InlineData(2, NonBlockingStream, 0, Allow)]
    [InlineData(2, NonBlockingStream, 6, Allow)]
    [InlineData(10, 1, 6, Allow)]
    [InlineData(10, 2, 17, Allow)]
    [InlineData(2, 2, 0, Allow)]
    [InlineData(16, 3, 0, Allow)]
    [InlineData(16, 3, 15, NoProtocol)] // NETLINK_KOBJECT_UEVENT
    [InlineData(2, 1, 262, NoProtocol)] // IPPROTO_MPTCP
    [InlineData(2, 1, 132, NoProtocol)] // IPPROTO_SCTP
    [InlineData(2, 3, 1, NoProtocol)] // SOCK_RAW
    [InlineData(2, 3, 6, NoProtocol)]
    [InlineData(17, 3, 0, NoFamily)] // AF_PACKET
    [InlineData(40, 1, 0, NoFamily)] // AF_VSOCK
    public void MineSpeaksTcpAndUdp(uint family, uint type, uint protocol, uint verdict) =>
        AssertSocket(verdict, Mine, family, type, protocol);

    [Theory]
    [InlineData(2, NonBlockingStream, 6, Allow)]
    [InlineData(10, 1, 0, Allow)]
    [InlineData(2, 2, 0, NoProtocol)]
    [InlineData(10, 2, 17, NoProtocol)]
    [InlineData(16, 3, 0, NoFamily)]
    public void ServeSpeaksTcpAlone(uint family, uint type, uint protocol, uint verdict) =>
        AssertSocket(verdict, Serve, family, type, protocol);

    [Theory]
    [InlineData(0x5401, Allow)] // TCGETS
    [InlineData(0x802C_542A, Allow)] // TCGETS2
    [InlineData(0x5421, Allow)] // FIONBIO
    [InlineData(0x5412, NotPermitted)] // TIOCSTI
    [InlineData(0x0703, NotPermitted)] // I2C_SLAVE
    [InlineData(0x0707, NotPermitted)] // I2C_RDWR
    [InlineData(0xC250_B407, NotPermitted)] // GPIO_V2_GET_LINE_IOCTL
    [InlineData(0x4004_6B04, NotPermitted)] // SPI_IOC_WR_MAX_SPEED_HZ
    [InlineData(0x8004_5700, NotPermitted)] // WDIOC_GETSTATUS is of type 'W'
    public void MineControlsTerminalsAndNothingElse(uint request, uint verdict) => Each(calls =>
    {
        Assert.Equal(verdict, Judge(Mine, calls, calls.Control, 3, request));
        Assert.Equal(verdict, Judge(Serve, calls, calls.Control, 3, request));
        Assert.Equal(Allow, Judge(Guard, calls, calls.Control, 3, request));
    });

    [Fact]
    public void MineOnSpiControlsThatAndItsPinsAsWell() => Each(calls =>
    {
        Assert.Equal(Allow, Judge(MineOnSpi, calls, calls.Control, 3, 0x4004_6B04));
        Assert.Equal(Allow, Judge(MineOnSpi, calls, calls.Control, 3, 0xC250_B407));
        Assert.Equal(NotPermitted, Judge(MineOnSpi, calls, calls.Control, 3, 0x0707));
    });

    [Fact]
    public void NobodyStartsProgramsOrReachesIntoOthers() => Each(calls =>
    {
        foreach (var wall in new[] { Guard, Mine, Serve })
        {
            foreach (var reaching in calls.Reaching)
            {
                Assert.Equal(NotPermitted, Judge(wall, calls, reaching));
            }
        }
    });

    [Fact]
    public void CallsByOtherNumbersEndTheProcessOrDoNotExist() => Each(calls =>
    {
        const uint i386 = 0x4000_0003;
        var program = CallFilter.Of(Guard, calls);

        Assert.Equal(CallFilter.Kill, Run(program, i386, (uint)calls.Socket, [2, 1, 0]));
        Assert.Equal(
            CallFilter.Refuse | CallFilter.ENOSYS,
            Run(program, calls.AuditArchitecture, 0x4000_0000 | (uint)calls.Socket, [2, 1, 0]));
    });

    [Fact]
    public void WhatNobodyNamedPasses() => Each(calls =>
    {
        HashSet<int> named =
        [
            calls.Socket, calls.SocketPair, calls.Control, calls.ReceiveMessage, calls.ReceiveMessages,
            .. calls.Reaching,
        ];
        for (var number = 0; number < 470; number++)
        {
            Assert.True(named.Contains(number) || Judge(Guard, calls, number) == Allow, $"call {number}");
        }
    });

    private static void Each(Action<SystemCalls> test) => Array.ForEach(Processors, test);

    private static void AssertSocket(uint verdict, Wall wall, uint family, uint type, uint protocol) =>
        Each(calls => Assert.Equal(verdict, Judge(wall, calls, calls.Socket, family, type, protocol)));

    private static uint Judge(Wall wall, SystemCalls calls, int number, params uint[] arguments) =>
        Run(CallFilter.Of(wall, calls), calls.AuditArchitecture, (uint)number, arguments);

    /// <summary>Classic BPF over struct seccomp_data; arguments that a test does not give are poison.</summary>
    private static uint Run(FilterStep[] program, uint architecture, uint number, uint[] arguments)
    {
        var accumulator = 0xFFFF_FFFF;
        for (var at = 0; at < program.Length; at++)
        {
            var step = program[at];
            switch (step.Code)
            {
                case CallFilter.Load:
                    accumulator = step.Value switch
                    {
                        CallFilter.NumberAt => number,
                        CallFilter.ArchitectureAt => architecture,
                        var offset => arguments.ElementAtOrDefault((int)(offset - CallFilter.ArgumentsAt) / 8),
                    };
                    break;
                case CallFilter.IfEqual:
                    at += accumulator == step.Value ? step.IfTrue : step.IfFalse;
                    break;
                case CallFilter.IfAtLeast:
                    at += accumulator >= step.Value ? step.IfTrue : step.IfFalse;
                    break;
                case CallFilter.And:
                    accumulator &= step.Value;
                    break;
                case CallFilter.ShiftRight:
                    accumulator >>= (int)step.Value;
                    break;
                default:
                    return step.Value;
            }
        }

        throw new InvalidOperationException("The program has no end.");
    }
}
