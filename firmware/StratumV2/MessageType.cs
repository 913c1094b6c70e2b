namespace Firmware.StratumV2;

/// <summary>The wire numbers of the common and mining messages. Spec 8.</summary>
public enum MessageType : byte
{
    SetupConnection = 0x00,
    SetupConnectionSuccess = 0x01,
    SetupConnectionError = 0x02,
    ChannelEndpointChanged = 0x03,
    Reconnect = 0x04,
    OpenStandardMiningChannel = 0x10,
    OpenStandardMiningChannelSuccess = 0x11,
    OpenMiningChannelError = 0x12,
    OpenExtendedMiningChannel = 0x13,
    OpenExtendedMiningChannelSuccess = 0x14,
    NewMiningJob = 0x15,
    UpdateChannel = 0x16,
    UpdateChannelError = 0x17,
    CloseChannel = 0x18,
    SetExtranoncePrefix = 0x19,
    SubmitSharesStandard = 0x1A,
    SubmitSharesExtended = 0x1B,
    SubmitSharesSuccess = 0x1C,
    SubmitSharesError = 0x1D,
    NewExtendedMiningJob = 0x1F,
    SetNewPrevHash = 0x20,
    SetTarget = 0x21,
    SetCustomMiningJob = 0x22,
    SetCustomMiningJobSuccess = 0x23,
    SetCustomMiningJobError = 0x24,
    SetGroupChannel = 0x25,
}

/// <summary>What the wire number alone says about a message.</summary>
public static class MessageTypes
{
    private static readonly string[] Answers = ["Success", "Error"];

    extension(MessageType type)
    {
        /// <summary>False for numbers that neither the common nor the mining protocol uses.</summary>
        public bool IsKnown => type is <= MessageType.Reconnect
            or (>= MessageType.OpenStandardMiningChannel and <= MessageType.SubmitSharesError)
            or (>= MessageType.NewExtendedMiningJob and <= MessageType.SetGroupChannel);

        /// <summary>
        /// The channel_msg bit to send: the payload starts with a channel's id. What others send is not to be
        /// trusted, deployed stacks set it wrongly.
        /// </summary>
        public bool HasChannelBit => type is MessageType.ChannelEndpointChanged
            or (>= MessageType.NewMiningJob and <= MessageType.SubmitSharesError)
            or (>= MessageType.NewExtendedMiningJob and <= MessageType.SetCustomMiningJobError);

        /// <summary>As the spec writes it: "SubmitShares.Success".</summary>
        public string SpecName
        {
            get
            {
                var name = type.ToString();
                var answer = Array.Find(Answers, ending => name.EndsWith(ending, StringComparison.Ordinal));
                return answer is null ? name : $"{name[..^answer.Length]}.{answer}";
            }
        }
    }
}
